package dev.cloakroom.house;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Names the cases of the OpenID Foundation's test plans for relying parties (`rp-cases.tsv`) that
/// a test imitates. The table in `target/rp-cases.md` is made from these.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface RpCase {
  String[] value();
}
