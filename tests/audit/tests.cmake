neucasl_add_tests(audit)
