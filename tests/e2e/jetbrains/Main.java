import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** usage: Main TEMPLATE-FOLDER WORK. Prints "ok WHAT" or "not ok WHAT" lines. */
class Main {
  static final String answer = System.getenv("FIMD_ANSWER");

  static void check(String what, boolean good, Object seen) {
    System.out.println((good ? "ok " : "not ok ") + what + (good ? "" : "  # " + String.valueOf(seen).replaceAll("\\s+", " ")));
  }

  public static void main(String[] arguments) throws Exception {
    try {
      Template template = new Template(Path.of(arguments[0]));
      check("LSP4IJ reads every file and field of the template, and each as what it is", template.complaints.isEmpty(), template.complaints);
      check("the template knows C, Python and Kotlin", template.languageOf("a.c").equals("c")
          && template.languageOf("a.py").equals("python") && template.languageOf("a.kt").equals("kotlin"), template.languages);
      JsonObject settings = JsonParser.parseString("{\"fimd\":" + System.getenv("FIMD_SETTINGS") + "}").getAsJsonObject();
      template.check(settings, template.schema, "test settings");
      check("the settings of this test fit its schema", template.complaints.isEmpty(), template.complaints);
      template.check(JsonParser.parseString("{\"fimd\":{\"completion\":{\"max_lines\":\"many\",\"no_such\":1}}}"), template.schema, "wrong");
      check("and wrong ones do not", template.complaints.size() == 2, template.complaints);
      typing(template, settings, Path.of(arguments[1]));
      new Repair(template, Path.of(arguments[1])).run();
    } catch (Throwable problem) {
      problem.printStackTrace();
      check("the test runs to its end", false, problem);
    }
    System.exit(0);
  }

  /** Grey text, waited for: a server that has just started may know its model only after the first request. */
  static Editor.Ghost ghost(Editor editor) throws Exception {
    for (int attempt = 0; attempt < 30; ++attempt) {
      List<Editor.Ghost> ghosts = editor.pause();
      if (!ghosts.isEmpty() && ghosts.get(0).inserted().endsWith(answer.substring(answer.length() - 3))) return ghosts.get(0);
      editor.type(" ");
      editor.backspace();
    }
    return new Editor.Ghost("", "");
  }

  static void typing(Template template, JsonObject settings, Path work) throws Exception {
    Ide ide = new Ide(template.command(), template.settings, work.resolveSibling("server.log").toFile());
    ide.start(work.toUri().toString());
    check("the template's command starts a server with inline completion",
        ide.initialized.getCapabilities().getInlineCompletionProvider() != null, ide.initialized);
    check("positions are utf-16", ide.initialized.getCapabilities().getPositionEncoding() == null
        || ide.initialized.getCapabilities().getPositionEncoding().equals("utf-16"), ide.initialized);
    ide.settings = settings;
    ide.pushSettings();

    Editor editor = new Editor(ide, work.resolve("add.c").toUri().toString(), template.languageOf("add.c"), "int add(int a, int b) {\n  ^\n}\n");
    Editor.Ghost ghost = ghost(editor);
    check("with the settings that were pushed, the model's text appears", ghost.inserted().equals(answer), ghost);
    check("settings are asked for by section", ide.askedSections.contains("fimd"), ide.askedSections);
    editor.type(answer.substring(0, 1));
    Editor.Ghost rest = ghost(editor);
    check("after a key of it, the rest", rest.inserted().equals(answer.substring(1)), rest);
    editor.accept(rest);
    check("accepted, the file holds it once", editor.text.toString().equals("int add(int a, int b) {\n  " + answer + "\n}\n"), editor.text);

    Editor wide = new Editor(ide, work.resolve("wide.c").toUri().toString(), "c", "const char *s = \"\uD83D\uDE42\u00e9\";  ^");
    ghost = ghost(wide);
    check("behind characters beyond ASCII too", ghost.inserted().equals(answer), ghost);

    Editor inside = new Editor(ide, work.resolve("inside.c").toUri().toString(), "c", "int f(int a, int b) { ^ }\n");
    ghost = ghost(inside);
    check("in front of other text, nothing of it is skipped over", ghost.inserted().equals(answer) && ghost.skipped().isEmpty(), ghost);

    burst(ide, work);
    check("all ids were strings", !ide.sentIds.isEmpty() && ide.sentIds.stream().allMatch("string"::equals), ide.sentIds);
    check("no answer was an error", ide.errors.isEmpty(), ide.errors);
    check("no message was shown", ide.messages.isEmpty(), ide.messages);
    check("it ends with code 0 after shutdown and exit", ide.stop(), ide.process);
    orphan(template, settings, work);
  }

  /** Twelve keys, each with a request that the next key cancels: only the last one may be answered with text. */
  static void burst(Ide ide, Path work) throws Exception {
    Editor editor = new Editor(ide, work.resolve("burst.c").toUri().toString(), "c", "int f(int a, int b) {\n  ^\n}\n");
    String typed = "if (a < b) {";
    for (int i = 0; i < typed.length(); ++i) {
      editor.type(typed.substring(i, i + 1));
      editor.request();
    }
    List<Editor.Ghost> last = editor.answer();
    check("of a burst of twelve requests, eleven of them cancelled, the last one is answered", last != null, null);
    check("with nothing that was meant for an earlier text", last != null && last.stream().noneMatch(each -> each.inserted().contains(typed)), last);
    for (int i = 0; i < typed.length(); ++i) editor.backspace();
    Editor.Ghost ghost = ghost(editor);
    check("and the model is asked again after it", ghost.inserted().equals(answer), ghost);
  }

  /** LSP4IJ may leave a server behind: it must end by itself when nobody can talk to it any more. */
  static void orphan(Template template, JsonObject settings, Path work) throws Exception {
    Ide ide = new Ide(template.command(), settings, work.resolveSibling("server.log").toFile());
    ide.start(work.toUri().toString());
    ide.process.getOutputStream().close();
    check("a server that is left behind ends", ide.process.waitFor(15, TimeUnit.SECONDS), ide.process);
  }
}
