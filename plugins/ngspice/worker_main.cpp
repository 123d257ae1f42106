#include "worker.hpp"

int main(int argc, char** argv) { return neucasl::ngspice_plugin::run_worker(argc, argv); }
