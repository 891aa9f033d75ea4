package dev.cloakroom.house.ruin.cellar;

/// Lives in a room that nobody planned.
public record Coal() {}
