package dev.cloakroom.config.shape;

import java.util.function.Function;

/// What came of reading a scalar as a value of some type.
public sealed interface Read<T> {
  record Fits<T>(T value) implements Read<T> {}

  /// It does not fit.
  ///
  /// @param code the finding's code
  /// @param problem what follows the value: `is not a duration`
  record Misfit<T>(String code, String problem, String remedy) implements Read<T> {}

  static <T> Read<T> fits(T value) {
    return new Fits<>(value);
  }

  static <T> Read<T> misfit(String code, String problem, String remedy) {
    return new Misfit<>(code, problem, remedy);
  }

  default <R> Read<R> map(Function<T, R> function) {
    return switch (this) {
      case Fits<T>(var value) -> fits(function.apply(value));
      case Misfit<T>(var code, var problem, var remedy) -> misfit(code, problem, remedy);
    };
  }
}
