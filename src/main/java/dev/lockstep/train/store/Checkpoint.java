package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Everything needed to continue with the same bits.
 *
 * @param step how many steps were taken
 * @param tensors by name
 * @param meta small values beside the tensors; numbers that must keep every bit and may be NaN
 *     belong into tensors
 * @param interval the number of the metrics file that the checkpoint committed
 */
public record Checkpoint(long step, Map<String, Tensor> tensors, ObjectNode meta, int interval) {}
