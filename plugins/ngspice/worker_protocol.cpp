#include "worker_protocol.hpp"

#include <google/protobuf/message_lite.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

#include "worker.pb.h"

namespace neucasl::ngspice_plugin {
namespace {

constexpr std::size_t header_bytes = 4;
constexpr std::size_t first_bytes = std::size_t{32} << 10;  // of a message, in one call

/// Returns when the call that set errno is worth repeating.
void wait_or_throw(int socket, short events, const Waiter& wait) {
  if (errno == EINTR) return;
  if ((errno == EAGAIN || errno == EWOULDBLOCK) && wait) {
    wait(socket, events);
    return;
  }
  throw ChannelClosed(std::generic_category().message(errno));
}

void send_all(int socket, const char* bytes, std::size_t count, const Waiter& wait) {
  while (count > 0) {
    const ssize_t sent = ::send(socket, bytes, count, MSG_NOSIGNAL);
    if (sent < 0) {
      wait_or_throw(socket, POLLOUT, wait);
      continue;
    }
    bytes += sent;
    count -= static_cast<std::size_t>(sent);
  }
}

/// At least `least` and at most `most` bytes.
std::size_t receive_some(int socket, char* bytes, std::size_t least, std::size_t most,
                         const Waiter& wait) {
  std::size_t count = 0;
  while (count < least) {
    const ssize_t received = ::recv(socket, bytes + count, most - count, 0);
    if (received == 0) throw ChannelClosed("the other side closed the socket");
    if (received < 0) {
      wait_or_throw(socket, POLLIN, wait);
      continue;
    }
    count += static_cast<std::size_t>(received);
  }
  return count;
}

/// FNV-1a over words of eight bytes.
class Hash {
 public:
  void add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x100000001b3U;
    value_ ^= value_ >> 29;
  }
  void add(const std::string& bytes) {
    add(bytes.size());
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
      std::memcpy(&word, bytes.data() + at, sizeof word);
      add(word);
    }
    for (; at < bytes.size(); ++at) add(static_cast<unsigned char>(bytes[at]));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

}  // namespace

std::uint64_t checksum(const ngspice::worker::Reply& reply) {
  Hash hash;
  for (const ngspice::worker::Run& run : reply.run()) {
    hash.add(run.points());
    hash.add(run.axis());
    hash.add(run.values());
  }
  return hash.value();
}

void send_message(int socket, const google::protobuf::MessageLite& message, const Waiter& wait) {
  const std::size_t size = message.ByteSizeLong();
  if (size > most_message_bytes) {
    throw BadMessage("a message of " + std::to_string(size) + " bytes, more than " +
                     std::to_string(most_message_bytes));
  }
  std::string bytes(header_bytes, '\0');
  for (std::size_t i = 0; i < header_bytes; ++i) {
    bytes[i] = static_cast<char>((size >> (8 * i)) & 0xff);
  }
  if (!message.AppendToString(&bytes)) throw BadMessage("a message that cannot be written");
  send_all(socket, bytes.data(), bytes.size(), wait);
}

void receive_message(int socket, google::protobuf::MessageLite& message, const Waiter& wait) {
  // A side sends its next message only after an answer, so that nothing follows behind this one.
  std::array<char, first_bytes> start;
  const std::size_t count = receive_some(socket, start.data(), header_bytes, start.size(), wait);
  std::size_t size = 0;
  for (std::size_t i = 0; i < header_bytes; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(start[i])) << (8 * i);
  }
  if (size > most_message_bytes) {
    throw BadMessage("a message of " + std::to_string(size) + " bytes, more than " +
                     std::to_string(most_message_bytes));
  }
  const std::size_t here = count - header_bytes;
  if (here > size) throw BadMessage("more bytes than a message has");
  std::string bytes(size, '\0');
  std::memcpy(bytes.data(), start.data() + header_bytes, here);
  if (here < size) receive_some(socket, bytes.data() + here, size - here, size - here, wait);
  if (!message.ParseFromString(bytes)) throw BadMessage("a message that cannot be read");
}

}  // namespace neucasl::ngspice_plugin
