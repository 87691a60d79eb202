"""Calls once over HTTP and prints the answer: `client.py [URL] [MESSAGE]`, by default at http://localhost:9090.

It needs ThriftPy2: `pip install thriftpy2`.
"""

import pathlib
import sys

import thriftpy2
from thriftpy2.http import make_client

IDL = pathlib.Path(__file__).resolve().parent.parent / "example.thrift"
example_thrift = thriftpy2.load(str(IDL), module_name="example_thrift")


def main(url="http://localhost:9090", message="Hello, Thrift!"):
    if "://" not in url:
        url = f"http://{url}"
    client = make_client(example_thrift.ExampleService, url=url)
    try:
        print(client.processRequest(message))
    finally:
        client.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
