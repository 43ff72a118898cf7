"""A server of the Python SDK on Streamable HTTP. Arguments: port, and `stateless` for one without sessions."""

import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("python-peer")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
def fail() -> str:
    """Fail every time."""
    raise ValueError("no such order")


if __name__ == "__main__":
    server.run(
        "streamable-http",
        host="127.0.0.1",
        port=int(sys.argv[1]),
        stateless_http="stateless" in sys.argv,
    )
