package dev.lockstep.spark.prepare;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.KryoSerializable;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * A value on its way between driver and tasks. Spark's Kryo cannot write records: inside of it the
 * value goes by Java serialization.
 *
 * @param <T> the value's type
 */
public final class Carried<T extends Serializable> implements KryoSerializable, Serializable {
  private static final long serialVersionUID = 1L;

  private T value;

  /** For Kryo, which then reads the value. */
  public Carried() {}

  /** Carries a value. */
  public Carried(T value) {
    this.value = value;
  }

  /** The value. */
  public T value() {
    return value;
  }

  @Override
  public void write(Kryo kryo, Output output) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
      objects.writeObject(value);
    } catch (IOException e) {
      throw new KryoException(e);
    }
    output.writeInt(bytes.size());
    output.write(bytes.toByteArray());
  }

  @Override
  @SuppressWarnings("unchecked")
  public void read(Kryo kryo, Input input) {
    byte[] bytes = input.readBytes(input.readInt());
    try (ObjectInputStream objects = new ContextObjects(new ByteArrayInputStream(bytes))) {
      value = (T) objects.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new KryoException(e);
    }
  }

  /** Finds classes through the task's class loader, which knows the application's jar. */
  private static final class ContextObjects extends ObjectInputStream {
    ContextObjects(ByteArrayInputStream bytes) throws IOException {
      super(bytes);
    }

    @Override
    protected Class<?> resolveClass(java.io.ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(
            description.getName(), false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
