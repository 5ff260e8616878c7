"""Calls a server with NVIDIA's own client over HTTP, in its JSON form, and prints what came back."""
import json
import sys

import numpy as np
import tritonclient.http as http
from tritonclient.utils import InferenceServerException


def infer(client, model, name, array, datatype, **options):
    tensor = http.InferInput(name, list(array.shape), datatype)
    tensor.set_data_from_numpy(array, binary_data=False)
    return client.infer(model, [tensor], **options)


client = http.InferenceServerClient(sys.argv[1])
rows = np.array([[0.5, -1.0, 2.0, 0.25], [1.5, 3.0, -2.0, 0.0], [-3.0, 0.1, 0.7, 1e-7]], dtype=np.float32)
out = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model_ready": client.is_model_ready("wide"),
    "unknown_ready": client.is_model_ready("nosuch"),
    "server": client.get_server_metadata()["name"],
    "metadata": client.get_model_metadata("wide"),
}
result = infer(client, "wide", "features", rows, "FP32", request_id="r-1", model_version="3")
out["id"] = result.get_response()["id"]
out["version"] = result.get_response()["model_version"]
out["wide"] = [float(v).hex() for v in result.as_numpy("score")]
wanted = [http.InferRequestedOutput("score", binary_data=False)]
out["narrow"] = [float(v).hex() for v in infer(client, "delay", "features", rows, "FP32", outputs=wanted).as_numpy("score").ravel()]
out["echo"] = {}
for datatype, array in {
    "INT64": np.array([-2**63, 2**63 - 1, 0], dtype=np.int64),
    "BOOL": np.array([True, False, True]),
    "FP64": np.array([0.1, -0.0, 1e-300]),
    "UINT8": np.array([0, 255, 7], dtype=np.uint8),
    "FP16": np.array([1.5, -0.0, 65504.0], dtype=np.float16),
    "BYTES": np.array(["text", "Zo\u00eb", ""], dtype=np.object_),
}.items():
    back = infer(client, "echo-" + datatype.lower(), "a", array, datatype).as_numpy("o")
    out["echo"][datatype] = bool(back.dtype == array.dtype and (back == array).all())
for name, call in {
    "binary": lambda: client.infer("delay", [http.InferInput("features", [3, 4], "FP32").set_data_from_numpy(rows)]),
    "shape": lambda: infer(client, "delay", "features", rows[:, :3], "FP32"),
    "unknown": lambda: infer(client, "nosuch", "features", rows, "FP32"),
}.items():
    try:
        call()
        out[name] = "no error"
    except InferenceServerException as fault:
        out[name] = fault.message()
print(json.dumps(out))
