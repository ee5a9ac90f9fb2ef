package dev.lockstep.spark.prepare;

import java.io.ByteArrayOutputStream;

/**
 * The 256 bytes as characters that can be seen, so that any text can be written in them and read by
 * people: those of GPT-2 (Radford et al. 2019), where a blank is Ġ and a line feed Ċ. Their order
 * is GPT-2's too: visible characters of Latin-1 first, then the other bytes.
 */
final class ByteAlphabet {
  /** How many bytes there are. */
  static final int SIZE = 256;

  private static final int[] PLACES = new int[SIZE];
  private static final byte[] BYTES = new byte[SIZE];

  static {
    int place = 0;
    for (boolean wanted : new boolean[] {true, false}) {
      for (int value = 0; value < SIZE; value++) {
        if (isVisible(value) == wanted) {
          PLACES[value] = place;
          BYTES[place++] = (byte) value;
        }
      }
    }
  }

  private ByteAlphabet() {}

  private static boolean isVisible(int value) {
    return value >= '!' && value <= '~'
        || value >= 0xA1 && value <= 0xAC
        || value >= 0xAE && value <= 0xFF;
  }

  /** How many bytes are seen as themselves. */
  private static int visible() {
    return ('~' - '!' + 1) + (0xAC - 0xA1 + 1) + (0xFF - 0xAE + 1);
  }

  /** The place of a byte in the alphabet, from 0. */
  static int place(byte value) {
    return PLACES[Byte.toUnsignedInt(value)];
  }

  /** The character of the byte at a place. */
  static char shown(int place) {
    return place < visible()
        ? (char) Byte.toUnsignedInt(BYTES[place])
        : (char) (SIZE + place - visible());
  }

  /**
   * Writes the bytes that characters stand for.
   *
   * @throws IllegalArgumentException if one stands for none
   */
  static void write(String shown, ByteArrayOutputStream into) {
    for (int i = 0; i < shown.length(); i++) {
      char character = shown.charAt(i);
      int place = character < SIZE ? PLACES[character] : character - SIZE + visible();
      if (place >= SIZE || shown(place) != character) {
        throw new IllegalArgumentException("'" + character + "' stands for no byte");
      }
      into.write(BYTES[place]);
    }
  }
}
