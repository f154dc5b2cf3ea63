import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.lsp4j.*;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.MessageConsumer;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseMessage;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;

/** A language client on LSP4J with what LSP4IJ asks, announces and answers. */
class Ide implements LanguageClient {
  final Process process;
  final LanguageServer server;
  final List<String> sentIds = Collections.synchronizedList(new ArrayList<>());      // of requests for documents: their JSON type
  final List<String> askedSections = Collections.synchronizedList(new ArrayList<>());
  final List<String> errors = Collections.synchronizedList(new ArrayList<>());       // LSP4IJ shows each as an internal error
  final List<String> messages = Collections.synchronizedList(new ArrayList<>());
  final List<String> progress = Collections.synchronizedList(new ArrayList<>());     // "token kind"
  final Map<String, Editor> editors = new ConcurrentHashMap<>();                     // by URI
  final AtomicInteger edits = new AtomicInteger();                                   // how many were applied
  JsonObject settings;
  InitializeResult initialized;

  Ide(String[] command, JsonObject settings, java.io.File log) throws Exception {
    this.settings = settings;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log)).start();
    Launcher<LanguageServer> launcher = new LSPLauncher.Builder<LanguageServer>()
        .setLocalService(this).setRemoteInterface(LanguageServer.class)
        .setInput(process.getInputStream()).setOutput(process.getOutputStream())
        .wrapMessages(this::watch).create();
    server = launcher.getRemoteProxy();
    launcher.startListening();
  }

  private MessageConsumer watch(MessageConsumer next) {
    return message -> {
      if (message instanceof RequestMessage request && request.getMethod().startsWith("textDocument/")) sentIds.add(request.getRawId().isLeft() ? "string" : "number");
      if (message instanceof ResponseMessage response && response.getError() != null
          && response.getError().getCode() != -32800) errors.add(response.getError().toString());
      next.consume(message);
    };
  }

  void start(String folder) throws Exception {
    InitializeParams params = new InitializeParams();
    params.setProcessId((int) ProcessHandle.current().pid());
    params.setClientInfo(new ClientInfo("IntelliJ IDEA", "2026.2"));
    params.setRootUri(folder);
    params.setWorkspaceFolders(List.of(new WorkspaceFolder(folder, "project")));
    params.setCapabilities(capabilities());
    params.setInitializationOptions(new JsonObject());
    params.setTrace("off");
    initialized = server.initialize(params).get(30, TimeUnit.SECONDS);
    server.initialized(new InitializedParams());
    pushSettings();
  }

  void pushSettings() {
    server.getWorkspaceService().didChangeConfiguration(new DidChangeConfigurationParams(settings));
  }

  static ClientCapabilities capabilities() {
    TextDocumentClientCapabilities document = new TextDocumentClientCapabilities();
    document.setInlineCompletion(new InlineCompletionCapabilities(true));
    document.setCompletion(new CompletionCapabilities(new CompletionItemCapabilities(true)));
    CodeActionCapabilities actions = new CodeActionCapabilities(new CodeActionLiteralSupportCapabilities(new CodeActionKindCapabilities(
        List.of("quickfix", "refactor", "refactor.extract", "refactor.inline", "refactor.rewrite", "source", "source.organizeImports"))), true);
    actions.setDataSupport(true);
    actions.setResolveSupport(new CodeActionResolveSupportCapabilities(List.of("edit")));
    document.setCodeAction(actions);
    document.setSynchronization(new SynchronizationCapabilities(true, false, true));
    WorkspaceClientCapabilities workspace = new WorkspaceClientCapabilities();
    workspace.setApplyEdit(true);
    WorkspaceEditCapabilities edit = new WorkspaceEditCapabilities();
    edit.setDocumentChanges(true);
    edit.setResourceOperations(List.of("create", "delete", "rename"));
    workspace.setWorkspaceEdit(edit);
    workspace.setConfiguration(true);
    workspace.setWorkspaceFolders(true);
    workspace.setDidChangeConfiguration(new DidChangeConfigurationCapabilities(true));
    workspace.setDidChangeWatchedFiles(new DidChangeWatchedFilesCapabilities(true));
    workspace.setExecuteCommand(new ExecuteCommandCapabilities(true));
    GeneralClientCapabilities general = new GeneralClientCapabilities();
    general.setPositionEncodings(List.of("utf-16"));
    general.setStaleRequestSupport(new StaleRequestCapabilities(true, List.of()));
    WindowClientCapabilities window = new WindowClientCapabilities();
    window.setWorkDoneProgress(true);
    window.setShowMessage(new WindowShowMessageRequestCapabilities());
    ClientCapabilities all = new ClientCapabilities(workspace, document, window, null);
    all.setGeneral(general);
    return all;
  }

  /** Whether the process ends after shutdown and exit, with code 0. */
  boolean stop() throws Exception {
    server.shutdown().get(15, TimeUnit.SECONDS);
    server.exit();
    return process.waitFor(15, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** What stands in settings.json under a section; nulls are left out. */
  @Override
  public CompletableFuture<List<Object>> configuration(ConfigurationParams params) {
    List<Object> found = new ArrayList<>();
    for (ConfigurationItem item : params.getItems()) {
      askedSections.add(String.valueOf(item.getSection()));
      JsonElement at = settings;
      for (String name : item.getSection().split("\\.")) at = at.isJsonObject() ? at.getAsJsonObject().get(name) : null;
      found.add(at == null ? JsonNull.INSTANCE : at);
    }
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public CompletableFuture<Void> registerCapability(RegistrationParams params) { return CompletableFuture.completedFuture(null); }

  @Override
  public CompletableFuture<Void> createProgress(WorkDoneProgressCreateParams params) { return CompletableFuture.completedFuture(null); }

  @Override
  public void notifyProgress(ProgressParams params) {
    if (params.getValue().isLeft()) progress.add(params.getToken().get() + " " + params.getValue().getLeft().getKind());
  }

  /** Versions are not looked at, and whatever happens it says that it has been applied. */
  @Override
  public CompletableFuture<ApplyWorkspaceEditResponse> applyEdit(ApplyWorkspaceEditParams params) {
    for (Either<TextDocumentEdit, ResourceOperation> change : params.getEdit().getDocumentChanges()) {
      if (!change.isLeft()) continue;
      Editor editor = editors.get(change.getLeft().getTextDocument().getUri());
      if (editor != null) editor.apply(change.getLeft().getEdits());
    }
    edits.incrementAndGet();
    return CompletableFuture.completedFuture(new ApplyWorkspaceEditResponse(true));
  }

  @Override
  public void telemetryEvent(Object object) { messages.add("telemetry " + object); }

  @Override
  public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {}

  @Override
  public void showMessage(MessageParams params) { messages.add(params.getMessage()); }

  @Override
  public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams params) {
    messages.add(params.getMessage());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void logMessage(MessageParams message) {}
}
