#include <memory>
#include <string>
#include <vector>

namespace shop {

template <class T>
concept Priced = requires(T t) { t.price(); };

class Basket final : public Container {
 public:
  explicit Basket(std::string owner) : owner_(std::move(owner)) {}
  ~Basket() override = default;

  [[nodiscard]] double total() const noexcept {
    double sum = 0;
    for (const auto& item : items_) sum += item->price() * 1.19;
    return sum;
  }

  template <Priced T, class... Args>
  void add(Args&&... args) {
    items_.push_back(std::make_unique<T>(std::forward<Args>(args)...));
  }

 private:
  std::string owner_ = R"(nobody)";
  std::vector<std::unique_ptr<Item>> items_;
};

auto by_price = [](const Item& a, const Item& b) { return a.price() < b.price(); };

}  // namespace shop
