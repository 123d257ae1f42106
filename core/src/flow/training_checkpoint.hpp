#pragma once

#include <filesystem>
#include <string>

/// \file
/// The state of a training after its last whole epoch, in the stage's folder: a run that was
/// stopped goes on from it to the same result.
///
/// The first line is "neucasl-training 1 <key> <SHA-256 of key and state>", the state follows. The
/// file is replaced as a whole.

namespace neucasl::flow {

class TrainingCheckpoint {
 public:
  /// `key` names all that the training depends on.
  TrainingCheckpoint(std::filesystem::path file, std::string key);

  /// Empty when there is none, or one of another training.
  /// \throws base::Error "flow.checkpoint" for one that is damaged.
  [[nodiscard]] std::string read() const;
  /// \throws base::Error "base.file".
  void write(const std::string& state) const;
  void remove() const;

 private:
  [[nodiscard]] std::string header(const std::string& state) const;

  std::filesystem::path file_;
  std::string key_;
};

}  // namespace neucasl::flow
