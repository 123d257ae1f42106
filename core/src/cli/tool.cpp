#include "tool.hpp"

#include <csignal>
#include <iostream>

#include "linked_plugins.hpp"

namespace neucasl::cli {
namespace {

// Signal handlers reach nothing but objects of static storage.
base::CancelFlag* cancel_flag = nullptr;

void on_interrupt(int /*signal*/) {
  cancel_flag->request();
  // A second interrupt ends the program at once.
  std::signal(SIGINT, SIG_DFL);
}

void print_help() {
  std::cout << "usage: neucasl COMMAND ...\n\n";
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : all_commands()) {
    rows.push_back({"  " + command.words + ' ' + command.usage, command.summary});
  }
  print_columns(rows);
  std::cout << "\nExit codes: 0 done, 1 the design or data failed a check, 2 bad input or usage, "
               "3 internal error, 130 interrupted.\n";
}

/// The command whose words begin the arguments, which are then removed.
const Command& find_command(Arguments& arguments) {
  for (std::size_t words = std::min<std::size_t>(2, arguments.size()); words > 0; --words) {
    std::string name = arguments[0];
    if (words == 2) name += ' ' + arguments[1];
    for (const Command& command : all_commands()) {
      if (command.words != name) continue;
      arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(words));
      return command;
    }
  }
  std::vector<std::string> known;
  // A lone first word, as in "neucasl netlist", asks for its second.
  for (const Command& command : all_commands()) {
    if (command.words.starts_with(arguments[0] + ' ')) known.push_back(command.words);
  }
  if (known.empty()) {
    for (const Command& command : all_commands()) known.push_back(command.words);
  }
  std::string given = arguments[0];
  // "rum FLOW.xml" is a misspelt word, "netlist verfy FILE" two of which one is.
  if (base::nearest_name(given, known).empty() && arguments.size() > 1) {
    given += ' ' + arguments[1];
  }
  throw base::Error("cli.usage", "unknown command '" + given + "'", base::suggest(given, known));
}

int run(Arguments arguments, campaign::Ranks* ranks) {
  if (arguments.empty() || arguments[0] == "help" || arguments[0] == "--help" ||
      arguments[0] == "-h") {
    print_help();
    return arguments.empty() ? bad_input : done;
  }
  Session session;
  session.ranks = ranks;
  if (ranks != nullptr && ranks->rank() > 0) {
    // Rank 0 tells what is wrong.
    std::cout.rdbuf(nullptr);
    std::cerr.rdbuf(nullptr);
  }
  cancel_flag = &session.cancel;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  // A file that may not grow is an error of writing, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  base::DiagnosticSink sink(
      [](const base::Diagnostic& diagnostic) { std::cerr << base::to_string(diagnostic) << '\n'; });
  session.installation = flow::find_installation(flow::program_prefix());
  plugin::Host host(session.installation.plugin_folders, linked_plugins());
  session.sink = &sink;
  session.host = &host;
  const std::string command_name = arguments[0];
  int code = internal_error;
  try {
    const Command& command = find_command(arguments);
    if (ranks != nullptr && command.words != "reliability") {
      throw base::Error("cli.usage", "several ranks cannot run '" + command.words + "'",
                        "start it with 'neucasl'; they run 'reliability'");
    }
    code = command.run(session, arguments);
  } catch (const base::Error& error) {
    // What a sink already showed is not shown twice.
    bool shown = false;
    for (const base::Diagnostic& known : sink.all()) {
      shown = shown || base::to_string(known) == error.what();
    }
    if (!shown) std::cerr << error.what() << '\n';
    const bool check = dynamic_cast<const base::CheckFailed*>(&error) != nullptr;
    code = check ? check_failed : bad_input;
  } catch (const HelpShown&) {
    code = done;
  } catch (const base::Cancelled&) {
    std::cerr << "interrupted";
    if (command_name == "run") {
      std::cerr << "; finished stages are kept, the same command goes on from there";
    }
    if (command_name == "explore") {
      std::cerr << "; evaluated points are kept, the same command goes on from there";
    }
    if (command_name == "reliability") {
      std::cerr << "; finished samples are kept, the same command with --resume goes on from there";
    }
    std::cerr << '\n';
    code = interrupted;
  }
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  if (!std::cout.flush()) {
    std::cerr << "error: cannot write the output [cli.output]; check the space on the disk\n";
    return bad_input;
  }
  return code;
}

}  // namespace

int run_tool(Arguments arguments, campaign::Ranks* ranks) {
  try {
    return run(std::move(arguments), ranks);
  } catch (const std::bad_alloc&) {
    std::cerr << "error: out of memory\n";
  } catch (const std::exception& error) {
    std::cerr << "internal error: " << error.what() << '\n';
  }
  return internal_error;
}

}  // namespace neucasl::cli
