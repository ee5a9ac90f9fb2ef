/**
 * Files to records and back; knows no component.
 *
 * <pre>
 * text -> Hocon -> Document (values with file and line)
 *   -> Binder          a record's components from keys, by its DEFAULTS
 *   -> Registry        the record that a kind names
 *   -> Problems        every mistake at once, with the nearest known key
 * </pre>
 *
 * <p>A component's settings need nothing here: a record with {@code DEFAULTS}, checked in its
 * constructor by {@link dev.lockstep.config.Ranges}, is read as it is. A new kind of value is one
 * more case in {@code Scalars}.
 */
package dev.lockstep.config;
