/// The cases of the OpenID Foundation's test plans for relying parties, each imitated under its
/// name (`@RpCase`), as stories. What a story elsewhere shows already carries its name there.
@NullMarked
package dev.cloakroom.conformance;

import org.jspecify.annotations.NullMarked;
