// The whole repository, as far as it fits: for models with a very long context.
#include <algorithm>
#include <unordered_set>

#include "context/ignore.h"
#include "context/snippets/pieces.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kMaxFiles = 5000;
constexpr size_t kMaxDepth = 200;

class Order {
 public:
  explicit Order(const Index& index) : index_(index) {}

  // A file behind everything that it imports.
  void visit(FileId file, size_t depth) {
    if (depth > kMaxDepth || files_.size() >= kMaxFiles || !seen_.insert(file).second) return;
    for (const ResolvedImport& import : index_.imports(file)) {
      for (const FileId to : import.files) visit(to, depth + 1);
    }
    files_.push_back(file);
  }

  [[nodiscard]] const std::vector<FileId>& files() const { return files_; }

 private:
  const Index& index_;
  std::unordered_set<FileId> seen_;
  std::vector<FileId> files_;
};

}  // namespace

std::vector<Snippet> whole_files(const Surroundings& around, Texts& texts) {
  const Index& index = *around.index;
  Order order(index);
  const auto self = index.find(around.path);
  if (self) order.visit(*self, 0);
  const size_t needed = order.files().size();
  for (FileId file = 0; file < index.files(); ++file) order.visit(file, 0);

  // What the document needs is taken first; then the rest for as long as there is room.
  std::vector<Snippet> out;
  size_t left = around.tokens;
  for (size_t i = 0; i < order.files().size(); ++i) {
    const FileId file = order.files()[i];
    if (self && file == *self) continue;
    if (index.stamp(file).bytes / 16 > left) continue;  // cannot fit
    const Snapshot text = texts.get(index.path(file));
    if (!text || text->utf8.empty()) continue;
    const size_t tokens = estimate_tokens(text->utf8) + estimate_tokens(index.path(file)) + 4;
    if (tokens > left) continue;
    left -= tokens;
    Snippet piece;
    piece.path = index.path(file);
    piece.range = {{0, 0}, position_at(*text, text->utf8.size(), Encoding::utf16)};
    piece.why = i < needed ? "the file needs it" : "a file of the repository";
    piece.rank = i < needed ? 0.5 : 0.1;
    piece.text = text->utf8;
    piece.tokens = tokens;
    out.push_back(std::move(piece));
  }
  // The rest first: it changes least when another document is opened.
  std::ranges::stable_sort(out, {}, &Snippet::rank);
  return out;
}

}  // namespace fimd::context::snippets
