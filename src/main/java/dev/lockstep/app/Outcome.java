package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How a command ended without failing.
 *
 * @param code {@link ExitCode#DONE} or {@link ExitCode#STOPPED}
 * @param result what {@code --result-file} gets, beside the exit code
 */
public record Outcome(ExitCode code, ObjectNode result) {}
