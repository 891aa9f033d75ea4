package dev.cloakroom.crypto;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Several certificates for one listener: a client gets the first that covers the name it asks for
/// (SNI), else the first of all.
///
/// All of them lie in one TLS context. The server's own way, a context for each name, keeps one for
/// every name a stranger makes up below a wildcard, and reads a first message of any length.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6066#section-3 RFC 6066, 3
public final class KeysByName extends X509ExtendedKeyManager {
  private static final String ALIAS = "pair-";

  private final List<PemKeyPair.Usable> pairs;

  /// Takes at least one pair.
  public KeysByName(List<PemKeyPair.Usable> pairs) {
    this.pairs = List.copyOf(pairs);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    var chosen = asked(engine).flatMap(this::covering).orElseGet(pairs::getFirst);
    return algorithm(chosen).equals(keyType) ? ALIAS + pairs.indexOf(chosen) : null;
  }

  private Optional<PemKeyPair.Usable> covering(String name) {
    return pairs.stream().filter(pair -> pair.names().covers(name)).findFirst();
  }

  private static Optional<String> asked(SSLEngine engine) {
    return engine.getHandshakeSession() instanceof ExtendedSSLSession session
        ? session.getRequestedServerNames().stream()
            .filter(name -> name.getType() == StandardConstants.SNI_HOST_NAME)
            .map(name -> new SNIHostName(name.getEncoded()).getAsciiName())
            .findFirst()
        : Optional.empty();
  }

  private static String algorithm(PemKeyPair.Usable pair) {
    return pair.chain().getFirst().getPublicKey().getAlgorithm();
  }

  private Optional<PemKeyPair.Usable> of(String alias) {
    for (int i = 0; i < pairs.size(); i++) {
      if (alias.equals(ALIAS + i)) {
        return Optional.of(pairs.get(i));
      }
    }
    return Optional.empty();
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return of(alias).map(pair -> pair.chain().toArray(X509Certificate[]::new)).orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return of(alias).map(PemKeyPair.Usable::key).orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null; // nobody lists them
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null; // for sockets that block
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null; // no client
  }

  @Override
  public @Nullable String chooseClientAlias(
      String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
