neucasl_add_tests(training)
