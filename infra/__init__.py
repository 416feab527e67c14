"""The tools around the services: the local run, the command line, the sandbox, images and dashboards."""
