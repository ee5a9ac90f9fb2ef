/**
 * The {@code gang} engine: a step without a Spark job.
 *
 * <pre>
 * GangCluster.round
 *   -> Gang               one GangJob of GangTasks; Attendance says which groups have a task
 *   -> RoundTable         the driver opens a round, tasks take it and leave their Subtotals
 *        LocalGang        in one JVM: by reference, the first group's work in the driver's thread
 *        GangEndpoint     across processes: Frames of bytes over Spark's RPC, large vectors by Parts
 *          -> Handouts   the open round as replies: parameters, or their changes in bf16
 *          <- DriverLine <- Hub   one an executor: combines its tasks' sums, sends them once
 *        Gather           sums by Parts, each along the fixed tree while others travel
 *   -> GangProgress       step and loss, for Spark's pages
 * </pre>
 *
 * <p>All state is on the driver. A task that dies is started again, by Spark or by {@link
 * dev.lockstep.spark.gang.GangJob}, and joins at the open round, while the others go on; where it
 * cannot be ({@link dev.lockstep.spark.gang.GangLostException}), {@link
 * dev.lockstep.spark.gang.GangCluster} starts another gang over the slots that there are ({@link
 * dev.lockstep.spark.gang.Turnout}). Where executors are allocated by demand, {@link
 * dev.lockstep.spark.gang.Recruits} are the demand.
 */
package dev.lockstep.spark.gang;
