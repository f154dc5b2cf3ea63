import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The template folder, read as LSP4IJ reads it; what LSP4IJ would not read, or would stumble over, is a complaint. */
class Template {
  private static final Set<String> FILES = Set.of("template.json", "settings.json", "settings.schema.json",
      "initializationOptions.json", "experimental.json", "clientSettings.json", "installer.json",
      "workspaceFolderSettings.json", "README.md");
  private static final Set<String> FIELDS = Set.of("id", "name", "programArgs", "workingDir", "env", "expandConfiguration",
      "disablePromotionFor", "url", "dev", "fileTypeMappings", "languageMappings");
  private static final Set<String> SYSTEMS = Set.of("default", "windows", "mac", "linux");
  private static final Set<String> CLIENT_FIELDS = Set.of("caseSensitive", "lineCommentPrefix", "blockCommentPrefix",
      "blockCommentSuffix", "statementTerminatorCharacters", "uriSupport", "completion", "breadcrumbs", "editor", "format",
      "references", "workspaceSymbol", "jsonRpc");

  final List<String> complaints = new ArrayList<>();
  final JsonObject template, settings, schema;
  /** Language ids by file name pattern. */
  final Map<String, String> languages = new java.util.HashMap<>();

  Template(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      files.map(file -> file.getFileName().toString()).filter(name -> !FILES.contains(name))
          .forEach(name -> complaints.add(name + " is not read"));
    }
    template = read(folder.resolve("template.json"));
    settings = read(folder.resolve("settings.json"));
    schema = read(folder.resolve("settings.schema.json"));
    known(template, FIELDS, "template.json");
    known(read(folder.resolve("clientSettings.json")), CLIENT_FIELDS, "clientSettings.json");
    for (String name : List.of("id", "name")) text(template.get(name), "template.json: " + name);
    JsonObject programs = template.getAsJsonObject("programArgs");
    known(programs, SYSTEMS, "programArgs");
    programs.entrySet().forEach(each -> text(each.getValue(), "programArgs." + each.getKey()));
    if (!programs.has("default")) complaints.add("programArgs has no default");
    for (JsonElement each : template.getAsJsonArray("fileTypeMappings")) mapping(each.getAsJsonObject());
    check(settings, schema, "settings.json");
  }

  String[] command() {
    return template.getAsJsonObject("programArgs").get("default").getAsString().split(" ");
  }

  String languageOf(String file) {
    return languages.getOrDefault("*" + file.substring(file.lastIndexOf('.')), "");
  }

  private void mapping(JsonObject each) {
    known(each, Set.of("fileType", "languageId"), "fileTypeMappings");
    text(each.get("languageId"), "languageId");
    JsonObject type = each.getAsJsonObject("fileType");
    known(type, Set.of("name", "patterns"), "fileType");
    for (JsonElement pattern : type.getAsJsonArray("patterns")) {
      text(pattern, "patterns");
      String before = languages.put(pattern.getAsString(), each.get("languageId").getAsString());
      if (before != null) complaints.add(pattern + " belongs to " + before + " too");
    }
  }

  /** Members and types of `value` by the schema: objects, and what they hold by name. */
  void check(JsonElement value, JsonObject by, String where) {
    String type = by.has("type") && by.get("type").isJsonPrimitive() ? by.get("type").getAsString() : "";
    boolean fits = switch (type) {
      case "object" -> value.isJsonObject();
      case "array" -> value.isJsonArray();
      case "string" -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
      case "integer", "number" -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
      case "boolean" -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean();
      default -> true;
    };
    if (!fits) complaints.add(where + " is no " + type);
    if (!value.isJsonObject() || !by.has("properties")) return;
    JsonObject properties = by.getAsJsonObject("properties");
    for (Map.Entry<String, JsonElement> each : value.getAsJsonObject().entrySet()) {
      String name = where + ": " + each.getKey();
      if (properties.has(each.getKey())) check(each.getValue(), properties.getAsJsonObject(each.getKey()), name);
      else if (!by.has("additionalProperties") || by.get("additionalProperties").equals(JsonParser.parseString("false")))
        complaints.add(name + " is not in the schema");
    }
  }

  private JsonObject read(Path file) throws Exception {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private void known(JsonObject object, Set<String> names, String where) {
    object.keySet().stream().filter(name -> !names.contains(name)).forEach(name -> complaints.add(where + ": " + name + " is not read"));
  }

  private void text(JsonElement value, String where) {
    if (value == null || !value.isJsonPrimitive() || value.getAsString().isBlank()) complaints.add(where + " is no text");
  }
}
