#include "mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::io {
namespace {

[[noreturn]] void refuse_file(const std::filesystem::path& path, const std::string& what) {
  throw base::Error("base.file", what, "give a readable file", {path.string(), 0, 0});
}

std::string reason() { return std::generic_category().message(errno); }

/// Closed at the end: a mapping outlives its descriptor.
class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (number_ < 0) refuse_file(path, "cannot be opened: " + reason());
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

MappedFile::MappedFile(std::filesystem::path path) : path_(std::move(path)) {
  const Descriptor file(path_);
  struct stat state {};
  if (::fstat(file.number(), &state) != 0) refuse_file(path_, "cannot be read: " + reason());
  if (!S_ISREG(state.st_mode)) refuse_file(path_, "is no regular file");
  size_ = static_cast<std::size_t>(state.st_size);
  if (size_ == 0) return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (mapped == MAP_FAILED) refuse_file(path_, "cannot be mapped: " + reason());
  data_ = static_cast<const char*>(mapped);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

void MappedFile::release(std::size_t offset, std::size_t size) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t first = (offset + page - 1) / page * page;
  const std::size_t end = (offset + size) / page * page;
  // It only concerns memory: a refusal changes nothing else.
  if (end > first) ::madvise(const_cast<char*>(data_) + first, end - first, MADV_DONTNEED);
}

}  // namespace neucasl::io
