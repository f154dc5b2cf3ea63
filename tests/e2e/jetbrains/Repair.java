import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.lsp4j.*;

/** Repairs from the menu of intentions, with the scripted chat model of jetbrains.sh. */
class Repair {
  static final String BEFORE = "def add(a, b):\n    return a - b\n";
  final Ide ide;
  final Path work;

  Repair(Template template, Path work) throws Exception {
    this.work = work;
    ide = new Ide(template.command(), JsonParser.parseString("{\"fimd\":" + System.getenv("FIMD_REPAIRS") + "}").getAsJsonObject(),
        work.resolveSibling("server.log").toFile());
    ide.start(work.toUri().toString());
  }

  /** Waits for what the server does by itself. */
  static boolean until(BooleanSupplier good) throws Exception {
    for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30); !good.getAsBoolean(); TimeUnit.MILLISECONDS.sleep(10)) {
      if (System.nanoTime() > end) return false;
    }
    return true;
  }

  Editor open(String name) throws Exception {
    Files.writeString(work.resolve(name), BEFORE);
    return new Editor(ide, work.resolve(name).toUri().toString(), "python", BEFORE.replace("return a", "return ^a"));
  }

  static List<String> titles(List<CodeAction> actions) { return actions.stream().map(CodeAction::getTitle).toList(); }

  /** Runs the command of the first intention at the caret, as LSP4IJ does when it is chosen. */
  void choose(Editor editor) throws Exception {
    Command command = editor.intentions(editor.caret, editor.caret).get(0).getCommand();
    ide.server.getWorkspaceService().executeCommand(new ExecuteCommandParams(command.getCommand(), command.getArguments())).get(30, TimeUnit.SECONDS);
  }

  /** Lets the model answer, after the server has heard of everything that was typed. */
  void go(Editor editor, String name) throws Exception {
    editor.intentions(editor.caret, editor.caret);
    Files.writeString(work.resolveSibling(name), "");
  }

  boolean begun(int nth) throws Exception { return until(() -> ide.progress.contains("fimd.fix." + nth + " begin")); }
  boolean ended(int nth) throws Exception { return until(() -> ide.progress.contains("fimd.fix." + nth + " end")); }

  void run() throws Exception {
    Editor plain = open("plain.py");
    Main.check("the menu of intentions has a repair", until(() -> offers(plain)), ide.messages);
    int start = plain.text.indexOf("return");
    Main.check("and on a selection what can be done with it", titles(plain.intentions(start, plain.text.length() - 1))
        .equals(List.of("Rewrite this more simply", "Add tests for this", "Explain this")), titles(plain.intentions(start, plain.text.length() - 1)));
    choose(plain);
    Main.check("it changes the text", until(() -> plain.text.toString().equals(BEFORE.replace("a - b", "a + b"))), plain.text);
    Main.check("and not the file", Files.readString(work.resolve("plain.py")).equals(BEFORE), Files.readString(work.resolve("plain.py")));
    Main.check("its progress is shown from begin to end", begun(1) && ended(1), ide.progress);

    Editor above = open("above.py");
    choose(above);
    begun(2);
    above.replace(0, 0, "# one\n# two\n");
    go(above, "above");
    Main.check("what was typed above meanwhile stays", until(() -> above.text.toString().equals("# one\n# two\n" + BEFORE.replace("a - b", "a + b"))), above.text);

    Editor conflict = open("conflict.py");
    choose(conflict);
    begun(3);
    int sign = conflict.text.indexOf("-");
    conflict.replace(sign, sign + 1, "*");
    go(conflict, "conflict");
    Main.check("where the same line was typed in, a message says so", until(() -> ide.messages.stream().anyMatch(text -> text.contains("conflict.py"))), ide.messages);
    Main.check("and what was typed is left alone", conflict.text.toString().equals(BEFORE.replace("-", "*")) && ide.edits.get() == 2, conflict.text);

    Editor stopped = open("stopped.py");
    int told = ide.messages.size();
    choose(stopped);
    Main.check("a repair that lasts shows its progress", begun(4), ide.progress);
    WorkDoneProgressCancelParams cancel = new WorkDoneProgressCancelParams();
    cancel.setToken("fimd.fix.4");
    ide.server.cancelProgress(cancel);
    Main.check("a cancelled repair ends", ended(4), ide.progress);
    Main.check("without a word, and nothing is changed", stopped.text.toString().equals(BEFORE) && ide.messages.size() == told, ide.messages);
    Main.check("no answer about repairs was an error", ide.errors.isEmpty(), ide.errors);
    Main.check("and it ends with code 0 as well", ide.stop(), ide.process);
  }

  private static boolean offers(Editor editor) {
    try {
      return titles(editor.intentions(editor.caret, editor.caret)).equals(List.of("Find and fix the problem here"));
    } catch (Exception problem) {
      return false;
    }
  }
}
