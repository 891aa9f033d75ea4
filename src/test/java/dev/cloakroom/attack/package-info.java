/// What has gone wrong in other gateways, tried on this one: the cases of `attack/cases.tsv`.
@NullMarked
package dev.cloakroom.attack;

import org.jspecify.annotations.NullMarked;
