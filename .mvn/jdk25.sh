# Sets JAVA_HOME to a JDK 25: the one JAVA_HOME names, the one `java` on PATH belongs to, or one under
# the usual installation folders. Sourced by `mvnw` and `cloakroom`; returns 1 when there is none.
jdk_is_25() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release"
}

find_jdk25() {
  jdk_is_25 "${JAVA_HOME-}" && return 0
  on_path=$(command -v javac 2>/dev/null || true)
  if [ -n "$on_path" ]; then
    on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
    on_path=$(dirname "$(dirname "$on_path")")
    if jdk_is_25 "$on_path"; then JAVA_HOME=$on_path; export JAVA_HOME; return 0; fi
  fi
  for candidate in $(set +f; ls -d /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
      "$HOME"/.local/share/mise/installs/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home 2>/dev/null); do
    if jdk_is_25 "$candidate"; then JAVA_HOME=$candidate; export JAVA_HOME; return 0; fi
  done
  echo "No JDK 25 found. Install one (for example Temurin 25), or set JAVA_HOME to it." >&2
  return 1
}
