/// \file
/// A worker that fails in turn in every way it can. Which, and how often, follows from the run id,
/// so that a repeated run fails or not as the first did by chance, too.

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "plugins/ngspice/worker.hpp"
#include "plugins/ngspice/worker_protocol.hpp"
#include "worker.pb.h"

namespace {

namespace message = neucasl::ngspice::worker;
using neucasl::ngspice_plugin::checksum;
using neucasl::ngspice_plugin::pack;
using neucasl::ngspice_plugin::unpack;

/// A number that belongs to a run and to the process that runs it.
std::size_t draw(const std::string& run_id) {
  return std::hash<std::string>()(run_id + ':' + std::to_string(::getpid()));
}

void change_a_number(message::Reply& reply, bool with_checksum) {
  if (reply.run_size() == 0) return;
  std::vector<double> values = unpack<double>(reply.run(0).values());
  values.front() = values.front() * 1.01 + 0.01;
  reply.mutable_run(0)->set_values(pack<double>(values));
  if (with_checksum) reply.set_checksum(checksum(reply));
}

void misbehave(const message::Request& request, message::Reply& reply) {
  const std::size_t number = draw(request.run_id());
  if (number % 2 == 0) return;
  switch (number / 2 % 7) {
    case 0:
      ::kill(::getpid(), SIGKILL);
      break;
    case 1:
      ::pause();
      break;
    case 2:
      ::_exit(0);
    case 3:
      change_a_number(reply, false);
      break;
    case 4:
      change_a_number(reply, true);
      break;
    case 5:
      reply.set_run_id("run-0");
      break;
    default:
      reply.clear_run();
      reply.set_checksum(checksum(reply));
      break;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return neucasl::ngspice_plugin::run_worker(argc, argv, misbehave);
}
