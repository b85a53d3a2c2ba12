"""The paper's tables and figures, each a function of the inputs."""
