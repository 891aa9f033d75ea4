package dev.cloakroom.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrontEndEventsTest {
  /// Raised by parts that all front ends share, which name the front end by themselves.
  private static final Set<Class<?>> NAMED_ALREADY =
      Set.of(Event.SessionStarted.class, Event.TokensRevoked.class);

  static Stream<Class<?>> eventsOfAProviderOrARoute() {
    return Arrays.stream(Event.class.getPermittedSubclasses())
        .filter(kind -> !NAMED_ALREADY.contains(kind))
        .filter(
            kind -> Arrays.stream(kind.getRecordComponents()).anyMatch(FrontEndEventsTest::says));
  }

  private static boolean says(RecordComponent component) {
    return Set.of("provider", "route").contains(component.getName());
  }

  @ParameterizedTest
  @MethodSource("eventsOfAProviderOrARoute")
  void everyEventOfAProviderOrARouteSaysWhichFrontEndItIsOf(Class<?> kind) throws Exception {
    List<Event> heard = new ArrayList<>();
    new FrontEndEvents("shop", heard::add).on(sample(kind));
    for (var component : kind.getRecordComponents()) {
      if (says(component)) {
        assertThat((String) component.getAccessor().invoke(heard.getFirst())).startsWith("shop");
      }
    }
  }

  private static Event sample(Class<?> kind) throws Exception {
    var components = kind.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var values = Arrays.stream(types).map(FrontEndEventsTest::value).toArray();
    return (Event) kind.getDeclaredConstructor(types).newInstance(values);
  }

  private static Object value(Class<?> type) {
    if (type == String.class) {
      return "own";
    }
    return type == Duration.class ? Duration.ZERO : 1;
  }
}
