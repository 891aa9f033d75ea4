package dev.cloakroom.house;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Names the attack cases of `attack/cases.tsv` that a test tries. The table in
/// `target/attack-cases.md` is made from these.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Case {
  String[] value();
}
