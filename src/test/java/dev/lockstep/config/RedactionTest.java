package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "password", "db_password", "sslPassword", "passwd", "secret", "client.secret", "token",
        "authToken", "credential", "credentials", "access_key", "accessKey", "apikey", "API_KEY",
        "fs.s3a.access.key", "AWS_SECRET_ACCESS_KEY", "private-key", "account_key", "secret_key_id"
      })
  void secretKeysAreKnown(String key) {
    assertThat(Redaction.secret(key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens", "tokenize", "text_tokens", "keys", "id", "label", "passes"})
  void otherKeysAreNot(String key) {
    assertThat(Redaction.secret(key)).isFalse();
  }

  @Test
  void secretsGoFromNestedSettingsAndFromInsideTexts() {
    Map<String, Object> clean =
        Redaction.map(
            Map.of(
                "list", List.of(Map.of("token", "hunter2"), "s3a://me:hunter2@bucket/x"),
                "options", Map.of("url", "jdbc:x?user=a&password=hunter2&b=1")));
    assertThat(clean.toString())
        .doesNotContain("hunter2")
        .contains("s3a://<redacted>@bucket/x", "user=a", "&b=1");
  }

  @Test
  void whatTheRowsAreIsNoSecretAndStays() {
    Map<String, Object> data =
        Map.of(
            "columns", Map.of("token", "length(token)"),
            "where", "password = 5",
            "source", Map.of("types", Map.of("secret", "string"), "password", "hunter2"));
    Map<String, Object> byPath = Map.of("data.columns.token", "age / 2", "data.where", "pwd = 1");
    assertThat(Redaction.map(byPath)).isEqualTo(byPath);
    assertThat(Redaction.map(Map.of("data", data)).toString())
        .contains("token=length(token)", "where=password = 5", "secret=string")
        .doesNotContain("hunter2");
  }

  @Test
  void controlCharactersBecomeEscapes() {
    assertThat(Redaction.printable("a\nb\r\u001b[31m\u2028"))
        .isEqualTo("a\\nb\\r\\u001b[31m\\u2028");
  }

  @Test
  void aContainerBeforeTheAccountIsNoPassword() {
    String container = "abfss://models@account.example/income";
    assertThat(Redaction.withoutPassword(container)).isEqualTo(container);
    assertThat(Redaction.withoutPassword("sftp://me@host/income"))
        .isEqualTo("sftp://me@host/income");
    assertThat(Redaction.withoutPassword("sftp://me:secret@host/income"))
        .isEqualTo("sftp://host/income");
  }
}
