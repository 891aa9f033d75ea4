/// The command line as values: what a command may be given, what it was given, its help.
///
/// Depends on `config` for the suggestions alone. Decisions: Commons CLI takes the words apart,
/// because its class files can be kept in the JVM's cache and it looks at no annotation: with
/// picocli (class files of Java 5, reflection) the start took a quarter longer. Nothing here prints
/// or exits; reading a line has one of three outcomes.
@CheckReturnValue
@NullMarked
package dev.cloakroom.cli.line;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
