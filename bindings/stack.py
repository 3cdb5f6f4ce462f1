"""Base class of stacks, with the hooks of CDKTF that decide names and that cost time.

Import it after `bindings.activate()`, as everything that imports cdktf.
"""

from cdktf import TerraformElement, TerraformResource, TerraformStack
from constructs import Construct, Node

from bindings.features import is_enabled


class AddressedStack(TerraformStack):
    """A stack whose Terraform addresses are predictable: the address of a resource is its type and
    its construct id, without the hash that CDKTF would append.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self._addresses: set[tuple[type[object], str]] = set()

    def logical_id(self, kind: type[object], id_: str) -> str:
        """Return the name in the Terraform address of an element of this type and construct id.

        Raises:
            ValueError: two elements of one type have the same id; Terraform would see one of them.
        """
        if (kind, id_) in self._addresses:
            raise ValueError(f"two elements of type {kind.__name__} have the id {id_!r}")
        self._addresses.add((kind, id_))
        return id_

    def prepare_stack(self) -> None:
        """Skip a step of CDKTF, which resolves the whole stack once more, to find references from
        one stack to another and add outputs for them. There are none: each stack is independent.
        """
        if not is_enabled("prepare"):
            super().prepare_stack()

    def _allocate_logical_id(self, tf_element: Node | TerraformElement) -> str:
        """Name an element for CDKTF that was not named when it was created (`bindings.kernel`
        does so); an error of `logical_id` reaches the caller of CDKTF as RuntimeError. An asset
        comes as a node, every time its folder is named; a hash of its content distinguishes two.
        """
        if isinstance(tf_element, Node):
            return tf_element.id
        if isinstance(tf_element, TerraformResource):
            path = tf_element.to_string()  # one request to Node; the id would be two
            return self.logical_id(type(tf_element), path.rpartition("/")[2])
        return self.logical_id(type(tf_element), tf_element.node.id)
