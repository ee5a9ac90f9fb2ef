package dev.lockstep.train;

import dev.lockstep.model.Parameters;
import java.util.List;

/**
 * How a training came back.
 *
 * @param stopped whether it was asked to stop before its end; its state was then saved
 * @param position how far it came
 * @param members one result for each member
 */
public record TrainingResult(boolean stopped, Position position, List<MemberResult> members) {
  /** The final parameters of all members, for evaluation. */
  public Parameters parameters() {
    int size = members.get(0).params().length;
    float[] values = new float[Math.multiplyExact(members.size(), size)];
    for (int k = 0; k < members.size(); k++) {
      System.arraycopy(members.get(k).params(), 0, values, k * size, size);
    }
    return new Parameters(members.size(), size, values);
  }
}
