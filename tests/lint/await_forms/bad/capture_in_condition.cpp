// The same inside the condition of an if.
Task f(Value v) {
  if (co_await take([v] { return use(v); })) co_return;
}
