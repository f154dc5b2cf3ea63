// The same behind an operator of two awaitables.
Task f(Value v) { co_await (first() || take([this, v] { use(v); })); }
