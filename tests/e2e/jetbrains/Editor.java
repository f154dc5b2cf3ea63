import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.*;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** One open file of the IDE: typing, the pause before a request, cancellation, and how an answer becomes grey text. */
class Editor {
  private static final int PAUSE_MS = 300;  // LSP4IJ's own

  final Ide ide;
  final String uri;
  final StringBuilder text;
  int caret;
  private int version = 1;
  private CompletableFuture<Either<List<InlineCompletionItem>, InlineCompletionList>> waiting;

  /** Grey text at the caret: `skipped` stands right of it and stays in front of what is inserted. */
  record Ghost(String skipped, String inserted) {}

  /** The caret stands at the mark ^ of the content. */
  Editor(Ide ide, String uri, String language, String content) {
    this.ide = ide;
    this.uri = uri;
    caret = content.indexOf('^');
    text = new StringBuilder(content).deleteCharAt(caret);
    ide.editors.put(uri, this);
    ide.server.getTextDocumentService().didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(uri, language, version, text.toString())));
  }

  Position position(int offset) {
    String before = text.substring(0, offset);
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return new Position(line, offset - before.lastIndexOf('\n') - 1);
  }

  private int offset(Position position) {
    int start = 0;
    for (int line = 0; line < position.getLine(); ++line) start = text.indexOf("\n", start) + 1;
    return start + position.getCharacter();
  }

  /** What Alt+Enter at the caret, or on a selection, would show: no diagnostics are sent, and quick fixes are left out. */
  List<CodeAction> intentions(int selectionStart, int selectionEnd) throws Exception {
    CodeActionContext context = new CodeActionContext(List.of());
    context.setTriggerKind(CodeActionTriggerKind.Automatic);
    Range range = new Range(position(selectionStart), position(selectionEnd));
    var found = ide.server.getTextDocumentService().codeAction(new CodeActionParams(new TextDocumentIdentifier(uri), range, context)).get(30, TimeUnit.SECONDS);
    return found.stream().filter(Either::isRight).map(Either::getRight).filter(action -> !CodeActionKind.QuickFix.equals(action.getKind())).toList();
  }

  /** Edits of the server, all of them by the text as it is. */
  synchronized void apply(List<Either<TextEdit, SnippetTextEdit>> edits) {
    List<TextEdit> backwards = new ArrayList<>(edits.stream().map(Either::getLeft).toList());
    backwards.sort((a, b) -> offset(b.getRange().getStart()) - offset(a.getRange().getStart()));
    for (TextEdit each : backwards) replace(offset(each.getRange().getStart()), offset(each.getRange().getEnd()), each.getNewText());
  }

  synchronized void replace(int from, int to, String by) {
    Range range = new Range(position(from), position(to));
    text.replace(from, to, by);
    caret = from + by.length();
    ide.server.getTextDocumentService().didChange(new DidChangeTextDocumentParams(
        new VersionedTextDocumentIdentifier(uri, ++version), List.of(new TextDocumentContentChangeEvent(range, by))));
  }

  /** One key: what was asked for the text before it is cancelled. */
  void type(String key) {
    if (waiting != null) waiting.cancel(true);
    waiting = null;
    replace(caret, caret, key);
  }

  void backspace() {
    if (waiting != null) waiting.cancel(true);
    waiting = null;
    replace(caret - 1, caret, "");
  }

  void request() {
    InlineCompletionParams params = new InlineCompletionParams();
    params.setTextDocument(new TextDocumentIdentifier(uri));
    params.setPosition(position(caret));
    params.setContext(new InlineCompletionContext(InlineCompletionTriggerKind.Automatic));
    waiting = ide.server.getTextDocumentService().inlineCompletion(params);
  }

  /** What appears when no key comes for a while; the variants to choose from, or none. */
  List<Ghost> pause() throws Exception {
    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    request();
    return answer();
  }

  /** The variants of the request that waits; null if it was cancelled. */
  List<Ghost> answer() throws Exception {
    Either<List<InlineCompletionItem>, InlineCompletionList> result;
    try {
      result = waiting.get(30, TimeUnit.SECONDS);
    } catch (CancellationException cancelled) {
      return null;
    }
    List<Ghost> ghosts = new ArrayList<>();
    if (result == null) return ghosts;
    for (InlineCompletionItem item : result.isLeft() ? result.getLeft() : result.getRight().getItems()) {
      Ghost ghost = ghost(item);
      if (!ghost.inserted().isBlank()) ghosts.add(ghost);
    }
    return ghosts;
  }

  /** As many characters as the range has left of the caret are cut off in front, without a comparison. */
  private Ghost ghost(InlineCompletionItem item) {
    String inserted = item.getInsertText().isLeft() ? item.getInsertText().getLeft() : item.getInsertText().getRight().getValue();
    if (item.getRange() == null) return new Ghost("", inserted);
    int from = offset(item.getRange().getStart()), to = offset(item.getRange().getEnd());
    return new Ghost(to > caret ? text.substring(caret, to) : "", inserted.substring(Math.min(Math.max(caret - from, 0), inserted.length())));
  }

  /** Tab: what is skipped stays, and the text comes behind it. */
  void accept(Ghost ghost) {
    waiting = null;
    int at = caret + ghost.skipped().length();
    replace(at, at, ghost.inserted());
  }
}
