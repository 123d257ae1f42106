#include "training_checkpoint.hpp"

#include <utility>

#include "neucasl/base/file.hpp"
#include "neucasl/base/hash.hpp"

namespace neucasl::flow {
namespace {

constexpr const char* checkpoint_magic = "neucasl-training 1 ";

}  // namespace

TrainingCheckpoint::TrainingCheckpoint(std::filesystem::path file, std::string key)
    : file_(std::move(file)), key_(std::move(key)) {}

std::string TrainingCheckpoint::header(const std::string& state) const {
  base::Sha256 digest;
  digest.update(key_);
  digest.update(state);
  return checkpoint_magic + key_ + ' ' + digest.hex() + '\n';
}

std::string TrainingCheckpoint::read() const {
  std::error_code code;
  if (!std::filesystem::is_regular_file(file_, code)) return {};
  const std::string text = base::read_file(file_);
  const std::size_t end = text.find('\n');
  const std::string begin = checkpoint_magic;
  if (end != std::string::npos && text.starts_with(begin)) {
    if (text.compare(begin.size(), key_.size(), key_) != 0) return {};
    std::string state = text.substr(end + 1);
    if (text.compare(0, end + 1, header(state)) == 0) return state;
  }
  throw base::Error("flow.checkpoint", "'" + file_.string() + "' is damaged",
                    "remove it, so that the training begins anew");
}

void TrainingCheckpoint::write(const std::string& state) const {
  base::write_file(file_, header(state) + state);
}

void TrainingCheckpoint::remove() const {
  std::error_code code;
  std::filesystem::remove(file_, code);
}

}  // namespace neucasl::flow
