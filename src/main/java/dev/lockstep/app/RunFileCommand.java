package dev.lockstep.app;

/** A command that is about a run file. */
interface RunFileCommand extends LockstepCommand {
  /** The run file and the options that every command has. */
  RunFileOptions file();

  @Override
  default String subject() {
    return file().location();
  }

  @Override
  default CommonOptions options() {
    return file().common();
  }
}
