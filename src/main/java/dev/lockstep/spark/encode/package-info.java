/** Spark ML models built from our own statistics, joined into one pipeline. */
package dev.lockstep.spark.encode;
