// Writes a session into a record while it happens (recording.h). Loop thread; lines are small and are written at once.
//
// The file can be read by its owner only. When it cannot be written any more, one line is logged, the record stays as
// it is, cut off, and the session goes on.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "lsp/record/recording.h"
#include "lsp/record/redact.h"
#include "lsp/transport.h"

namespace fimd::lsp {

class Recorder {
 public:
  // Errors: io.
  [[nodiscard]] static Result<std::shared_ptr<Recorder>> open(const std::string& path, bool text);
  ~Recorder();  // without end() the record is cut off
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void configured(const nlohmann::json& effective);
  void message(bool in, const std::string& body, TimePoint at);
  void answering(const std::string& provider) { by_ = provider; }  // the next message to the editor is of it
  void exchange(const providers::HttpExchange& exchange);
  void end();

 private:
  Recorder(int fd, std::string path, bool text);
  void write(const std::string& line);
  [[nodiscard]] double since_start(TimePoint at) const { return std::max(0.0, to_ms(at - start_)); }

  int fd_;
  std::string path_;
  Redactor redactor_;
  TimePoint start_;
  std::string by_;
  std::map<std::string, std::string> asked_;  // methods of fimd's own requests, by id
};

// A transport whose messages are also recorded.
[[nodiscard]] std::unique_ptr<Transport> recorded(std::unique_ptr<Transport> transport,
                                                  std::shared_ptr<Recorder> recorder);

}  // namespace fimd::lsp
