package dev.lockstep.torch;

/** The equations of a recurrent layer. */
public enum Cell {
  /** Long short-term memory. */
  LSTM(4),
  /** Gated recurrent units. */
  GRU(3),
  /** The tanh of input and state. */
  RNN(1);

  private final int gates;

  Cell(int gates) {
    this.gates = gates;
  }

  /** How many vectors of the size of a state a step computes. */
  int gates() {
    return gates;
  }
}
