package dev.cloakroom.house.ruin.login;

import dev.cloakroom.house.ruin.token.Keeper;

/// Knows its neighbour.
public record Flow(Keeper keeper) {}
