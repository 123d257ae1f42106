neucasl_add_tests(workload)
