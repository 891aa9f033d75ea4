package dev.cloakroom.session;

/// Names sessions without opening them. The issuer is part of every name, so that two providers
/// with equal subjects never meet, and so is the front end.
public sealed interface SessionSelector {
  /// The one whose sessions are meant.
  FrontEnd frontEnd();

  /// The same name at another front end.
  SessionSelector at(FrontEnd other);

  record BySid(FrontEnd frontEnd, String issuer, String sid) implements SessionSelector {
    @Override
    public BySid at(FrontEnd other) {
      return new BySid(other, issuer, sid);
    }
  }

  record BySubject(FrontEnd frontEnd, String issuer, String subject) implements SessionSelector {
    @Override
    public BySubject at(FrontEnd other) {
      return new BySubject(other, issuer, subject);
    }
  }

  record ByHandle(FrontEnd frontEnd, String handle) implements SessionSelector {
    @Override
    public ByHandle at(FrontEnd other) {
      return new ByHandle(other, handle);
    }
  }
}
