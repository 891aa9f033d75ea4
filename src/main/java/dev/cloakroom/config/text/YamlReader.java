package dev.cloakroom.config.text;

import dev.cloakroom.config.text.Value.Entries;
import dev.cloakroom.config.text.Value.Entry;
import dev.cloakroom.config.text.Value.Items;
import dev.cloakroom.config.text.Value.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// From YAML text to a tree of values with places. Aliases are followed, but never in a circle and
/// never to more than [#MAX_NODES] nodes.
public final class YamlReader {
  public static final int MAX_NODES = 50_000;
  public static final int MAX_DEPTH = 50;
  private static final int MAX_CHARACTERS = 1_048_576;
  private static final Set<Tag> PLAIN_TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.ENV_TAG, Tag.SEQ, Tag.MAP);

  private final Source source;
  private final Findings findings;
  private final Set<Node> ancestors = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nodes;

  private YamlReader(Source source, Findings findings) {
    this.source = source;
    this.findings = findings;
  }

  /// The document; empty when it cannot be read, which is then a finding.
  public static Optional<Value> read(Source source, String text, Findings findings) {
    return new YamlReader(source, findings).read(text);
  }

  private Optional<Value> read(String text) {
    var settings =
        LoadSettings.builder()
            .setLabel(source.name())
            .setAllowDuplicateKeys(true) // reported below, with both places
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      var documents = new Compose(settings).composeAllFromString(text).iterator();
      if (!documents.hasNext()) {
        findings.error(Place.top(source), "empty-file", "the file holds no configuration", "");
        return Optional.empty();
      }
      var document = value(documents.next());
      if (documents.hasNext()) {
        var second = place(documents.next());
        findings.error(second, "yaml", "a second document begins here", "pass it as its own file");
      }
      return Optional.of(document);
    } catch (MarkedYamlEngineException e) {
      var place = e.getProblemMark().map(this::point).orElse(Place.top(source));
      findings.hide(wholeLine(place)); // what stands there cannot be told from a secret
      findings.error(place, "yaml", problem(e), "");
    } catch (YamlEngineException e) {
      findings.error(Place.top(source), "yaml", String.valueOf(e.getMessage()), "");
    } catch (StackOverflowError e) {
      findings.error(Place.top(source), "yaml", "the file is nested too deeply", "");
    }
    return Optional.empty();
  }

  private static String problem(MarkedYamlEngineException e) {
    var context = e.getContext() == null ? "" : e.getContext().strip() + ": ";
    return "this is not YAML: " + context + e.getProblem().strip().replace('\n', ' ');
  }

  private Value value(Node node) {
    if (++nodes > MAX_NODES || ancestors.size() > MAX_DEPTH) {
      throw new YamlEngineException("the file is too large or nested too deeply");
    }
    if (!ancestors.add(node)) {
      findings.error(place(node), "yaml", "an alias points to the value it is part of", "");
      return new Value.Nothing(place(node));
    }
    try {
      if (!PLAIN_TAGS.contains(node.getTag())) {
        findings.error(place(node), "yaml", "the tag " + node.getTag() + " means nothing here", "");
      }
      return switch (node) {
        case ScalarNode scalar -> scalar(scalar);
        case SequenceNode list -> items(list);
        case MappingNode map -> entries(map);
        default -> throw new IllegalStateException("an anchor is composed to what it names");
      };
    } finally {
      ancestors.remove(node);
    }
  }

  private Value scalar(ScalarNode node) {
    conceal(node);
    return new Scalar(place(node), node.getValue(), node.getValue(), node.isPlain());
  }

  private void conceal(ScalarNode node) {
    if (Userinfo.isIn(node.getValue())) {
      findings.hide(place(node));
      findings.conceal(node.getValue());
    }
  }

  private Value items(SequenceNode node) {
    var items = new ArrayList<Value>();
    node.getValue().forEach(item -> items.add(value(item)));
    return new Items(place(node), items);
  }

  private Value entries(MappingNode node) {
    var entries = new LinkedHashMap<String, Entry>();
    for (NodeTuple tuple : node.getValue()) {
      var keyPlace = place(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        findings.error(keyPlace, "yaml", "a key must be a plain word", "");
        continue;
      }
      conceal(key);
      var entry = new Entry(keyPlace, value(tuple.getValueNode()));
      var earlier = entries.putIfAbsent(key.getValue(), entry);
      if (earlier != null) {
        var where = earlier.key().line() + ":" + earlier.key().column();
        var problem = "'" + key.getValue() + "' is here twice; the first is at " + where;
        findings.error(keyPlace, "duplicate-key", problem, "remove one");
        if (Findings.soundsSecret(key.getValue())) {
          findings.hide(entry.value().place());
        }
      }
    }
    return new Entries(place(node), entries);
  }

  private Place place(Node node) {
    var start = node.getStartMark();
    if (start.isEmpty()) {
      return Place.top(source);
    }
    var from = start.get();
    var to = node.getEndMark().orElse(from);
    int line = from.getLine() + 1;
    int column = from.getColumn() + 1;
    boolean oneLine = to.getLine() == from.getLine();
    int end = oneLine ? to.getColumn() : source.line(line).length();
    int lastLine = oneLine || to.getColumn() > 0 ? to.getLine() + 1 : to.getLine();
    return new Place(source, line, column, Math.max(1, end - from.getColumn()), lastLine);
  }

  private Place point(Mark mark) {
    return new Place(source, mark.getLine() + 1, mark.getColumn() + 1, 1, mark.getLine() + 1);
  }

  private Place wholeLine(Place place) {
    int width = source.line(place.line()).length();
    return new Place(source, place.line(), 1, Math.max(1, width), place.line());
  }
}
