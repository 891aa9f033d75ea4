package dev.cloakroom.house.ruin.token;

/// Innocent.
public record Keeper() {}
