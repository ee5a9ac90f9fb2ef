package dev.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The floors: who may import whom, and where the outside libraries live. */
final class ArchitectureTest {
  private static final String ROOT = "dev.lockstep";

  /** A package's floor; inside one top package, rooms are ordered too. */
  private record Place(String top, int floor, int room) {
    boolean mayImport(Place other) {
      return other.floor < floor || (other.top.equals(top) && other.room < room);
    }
  }

  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("math", 0),
          Map.entry("config", 0),
          Map.entry("data", 1),
          Map.entry("loss", 2),
          Map.entry("optim", 2),
          Map.entry("model", 3),
          Map.entry("glm", 4),
          Map.entry("torch", 4),
          Map.entry("train", 4),
          Map.entry("tune", 4),
          Map.entry("spark", 5),
          Map.entry("app", 6));

  private static final Map<String, List<String>> ROOMS =
      Map.of(
          "train", List.of("train.metric", "train.store", "train"),
          "tune", List.of("tune.space", "tune.surrogate", "tune.strategy", "tune"),
          "app", List.of("app.report", "app"),
          "spark",
              List.of(
                  "spark",
                  "spark.source",
                  "spark.prepare",
                  "spark.encode",
                  "spark.shard",
                  "spark.engine",
                  "spark.gang",
                  "spark.run"));

  /** Outside libraries that have one place: their package, and the package that may use them. */
  private static final Map<String, String> ONE_PLACE =
      Map.of(
          "jdk.incubator.vector", "math",
          "org.apache.spark", "spark",
          "org.bytedeco", "torch",
          "com.typesafe.config", "config",
          "picocli", "app",
          "me.tongfei.progressbar", "app");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    assertThat(classes).isNotEmpty();
  }

  @Test
  void everyPackageHasAFloor() {
    Set<String> unplaced = new TreeSet<>();
    for (JavaClass type : classes) {
      String name = shortName(type);
      if (!FLOORS.containsKey(top(name)) || room(name) < 0) {
        unplaced.add(name);
      }
    }
    assertThat(unplaced).as("packages without a place in ArchitectureTest").isEmpty();
  }

  @Test
  void packagesImportOnlyFromLowerFloors() {
    Set<String> upward = new TreeSet<>();
    for (JavaClass type : classes) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(ROOT)
            && !target.getPackageName().equals(type.getPackageName())
            && !place(type).mayImport(place(target))) {
          upward.add(type.getName() + " -> " + target.getName());
        }
      }
    }
    assertThat(upward).as("imports that do not go down").isEmpty();
  }

  @Test
  void outsideLibrariesStayInTheirOnePlace() {
    Set<String> strays = new TreeSet<>();
    for (JavaClass type : classes) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getName();
        ONE_PLACE.forEach(
            (library, home) -> {
              if (target.startsWith(library + ".") && !top(shortName(type)).equals(home)) {
                strays.add(type.getName() + " -> " + library);
              }
            });
      }
    }
    assertThat(strays).as("uses of a library outside its place").isEmpty();
  }

  private static String shortName(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  private static String top(String name) {
    return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
  }

  private static int room(String name) {
    return ROOMS.getOrDefault(top(name), List.of(top(name))).indexOf(name);
  }

  private static Place place(JavaClass type) {
    String name = shortName(type);
    return new Place(top(name), FLOORS.getOrDefault(top(name), Integer.MAX_VALUE), room(name));
  }
}
