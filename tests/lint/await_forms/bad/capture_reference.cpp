// Harmless today; forbidden because the next edit captures by value.
Task f(Value v) { co_await take([&v] { use(v); }); }
