package dev.cloakroom.oidc.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A form for a provider. `resource` and `audience` may be in it several times, nothing else. Never
/// printed: it holds secrets. Used by one call at a time.
public final class Form {
  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  /// Fields that are there once each.
  public static Form of(Map<String, String> fields) {
    var form = new Form();
    fields.forEach(form::put);
    return form;
  }

  Form copy() {
    var copy = new Form();
    fields.forEach((name, values) -> copy.fields.put(name, new ArrayList<>(values)));
    return copy;
  }

  /// Sets a field that is there once.
  @CanIgnoreReturnValue
  public Form put(String name, String value) {
    fields.put(name, List.of(value));
    return this;
  }

  /// Sets a field that is there as often as it has values.
  public Form putAll(String name, List<String> values) {
    if (!values.isEmpty()) {
      fields.put(name, List.copyOf(values));
    }
    return this;
  }

  /// Sets `scope`, unless nothing is asked for.
  public Form scope(List<String> scopes) {
    return scopes.isEmpty() ? this : put("scope", String.join(" ", scopes));
  }

  /// As `application/x-www-form-urlencoded`.
  String encoded() {
    return fields.entrySet().stream()
        .flatMap(
            field ->
                field.getValue().stream()
                    .map(
                        value ->
                            ProviderHttp.encode(field.getKey()) + "=" + ProviderHttp.encode(value)))
        .collect(Collectors.joining("&"));
  }
}
