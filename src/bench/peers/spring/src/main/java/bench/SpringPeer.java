package bench;

import static org.springframework.security.config.Customizer.withDefaults;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcReactiveOAuth2UserService;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;

/** Everything needs a login; the callback lies where the demo provider expects it. */
@SpringBootApplication
@EnableWebFluxSecurity
public class SpringPeer {
  public static void main(String[] arguments) {
    SpringApplication.run(SpringPeer.class, arguments);
  }

  /** No token against forged requests: the other peers of the bench check none either. */
  @Bean
  SecurityWebFilterChain security(ServerHttpSecurity http) {
    return http.authorizeExchange(all -> all.anyExchange().authenticated())
        .oauth2Login(
            login ->
                login.authenticationMatcher(
                    new PathPatternParserServerWebExchangeMatcher(
                        "/auth/callback/{registrationId}")))
        .oauth2Client(withDefaults())
        .csrf(ServerHttpSecurity.CsrfSpec::disable)
        .build();
  }

  /**
   * The ID token says who it is; the access token is for the API and not for the provider's
   * UserInfo.
   */
  @Bean
  OidcReactiveOAuth2UserService users() {
    var users = new OidcReactiveOAuth2UserService();
    users.setRetrieveUserInfo(_ -> false);
    return users;
  }
}
