"""The mistakes that people really make: each is named in words, and each fix really mends."""

import pytest

from dlstudio.compiler.check import check, examine
from dlstudio.compiler.line import line
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue


def node(name: str, kind: str, **fields: object) -> Node:
    return Node(name, kind, Frozen(fields))


def wire(text: str) -> Wire:
    """ "a.y > b.x" as a wire; ports may be left out."""
    source, target = (part.strip() for part in text.split(">"))
    source_node, _, output = source.partition(".")
    target_node, _, into = target.partition(".")
    return Wire(source_node, output or "y", target_node, into or "x")


def project(nodes: list[Node], wires: list[str], **others: Network) -> Project:
    return Project(networks=Frozen({"model": Network.of(nodes, map(wire, wires)), **others}))


def only(found: list[Issue], code: str) -> Issue:
    issues = [issue for issue in found if issue.code == code]
    assert len(issues) == 1, [str(issue) for issue in found]
    return issues[0]


def assert_every_fix_mends(broken: Project, code: str) -> Issue:
    """Each fix makes its issue go away and brings no new error."""
    issue = only(check(broken), code)
    errors = sum(other.severity == "error" for other in check(broken))
    assert issue.fixes, str(issue)
    for each in issue.fixes:
        mended = check(each.edit(broken))
        assert not any(i.code == code and i.node == issue.node and i.text == issue.text for i in mended), each.label
        assert sum(i.severity == "error" for i in mended) < max(errors, 1) + (issue.severity != "error"), each.label
    return issue


IMAGE = node("image", "Input", size=(3, 8, 8))
OUT = node("out", "Output")


def test_an_image_into_a_linear_layer_names_both_and_offers_a_flatten() -> None:
    broken = project([IMAGE, node("fc1", "Linear", out_features=10), OUT], ["image > fc1", "fc1 > out"])
    issue = assert_every_fix_mends(broken, "shape")
    assert issue.text == "Linear takes a vector or a sequence; it gets an image 3×8×8. Put a Flatten between."
    assert (issue.network, issue.node, issue.port) == ("model", "fc1", "x")
    assert "Flatten" in issue.fixes[0].label


def test_channels_that_do_not_fit_at_add_are_named_with_the_axis() -> None:
    nodes = [IMAGE, node("conv1", "Conv2d", out_channels=4, padding=(1, 1)), node("add1", "Add"), OUT]
    broken = project(nodes, ["image > conv1", "conv1 > add1.x1", "image > add1.x2", "add1 > out"])
    issue = assert_every_fix_mends(broken, "shape")
    assert "channel" in issue.text
    assert "4×8×8" in issue.text
    assert "3×8×8" in issue.text


def test_sizes_that_do_not_fit_at_concat_name_the_branch() -> None:
    nodes = [IMAGE, node("conv1", "Conv2d", stride=(2, 2)), node("cat1", "Concat"), OUT]
    issue = only(check(project(nodes, ["image > conv1", "conv1 > cat1.x1", "image > cat1.x2", "cat1 > out"])), "shape")
    assert "x2" in issue.text
    assert issue.node == "cat1"


def test_a_kernel_larger_than_the_image_is_refused_with_sizes_that_fit() -> None:
    broken = project([IMAGE, node("conv1", "Conv2d", kernel_size=(11, 11)), OUT], ["image > conv1", "conv1 > out"])
    issue = assert_every_fix_mends(broken, "too-small")
    assert "covers 11" in issue.text
    assert "only 8" in issue.text


def test_a_size_that_becomes_zero_names_the_pooling() -> None:
    broken = line("input 1x4x4 > maxpool 2 > maxpool 2 > maxpool 2 > flatten > fc 2")
    issue = next(issue for issue in check(broken) if issue.severity == "error")
    assert issue.node == "max_pool3"


def test_a_missing_input_offers_the_node_that_nobody_uses() -> None:
    broken = project([IMAGE, node("conv1", "Conv2d"), OUT], ["conv1 > out"])
    issue = assert_every_fix_mends(broken, "missing-input")
    assert issue.fixes[0].label == "Wire image to it"


def test_a_doubled_input_offers_to_keep_either_wire() -> None:
    nodes = [IMAGE, node("conv1", "Conv2d", padding=(1, 1)), node("conv2", "Conv2d", padding=(1, 1)), OUT]
    broken = project(nodes, ["image > conv1", "image > conv2", "conv1 > out", "conv2 > out"])
    issue = only(check(broken), "doubled-input")
    assert issue.node == "out"
    assert {fix.label for fix in issue.fixes} == {"Keep the wire from conv1", "Keep the wire from conv2"}
    assert not [i for i in check(issue.fixes[0].edit(broken)) if i.severity == "error"]


def test_a_node_that_leads_nowhere_is_a_warning_and_can_be_deleted() -> None:
    issue = assert_every_fix_mends(
        project([IMAGE, node("conv1", "Conv2d"), OUT], ["image > conv1", "image > out"]), "unreachable"
    )
    assert issue.severity == "warning"
    assert issue.node == "conv1"


def test_no_output_offers_one_after_the_last_node() -> None:
    assert_every_fix_mends(project([IMAGE, node("conv1", "Conv2d")], ["image > conv1"]), "no-output")


def test_no_input_is_said() -> None:
    assert only(check(project([OUT], [])), "no-input").severity == "error"


def test_an_empty_network_says_how_to_begin() -> None:
    assert "input" in only(check(Project()), "empty").text


def test_a_cycle_names_its_nodes_and_a_delay_or_a_cut_mends_it() -> None:
    nodes = [node("x", "Input", size=(5, 4)), node("add1", "Add"), node("fc1", "Linear", out_features=4), OUT]
    broken = project(nodes, ["x > add1.x1", "add1 > fc1", "fc1 > add1.x2", "fc1 > out"])
    issue = only(check(broken), "cycle")
    assert "add1" in issue.text
    assert "fc1" in issue.text
    for each in issue.fixes:
        assert not [i for i in check(each.edit(broken)) if i.code == "cycle"]


def test_softmax_before_cross_entropy_is_told_and_removed() -> None:
    nodes = [node("x", "Input", size=(4,)), node("soft", "Softmax"), node("out", "Output", loss="CrossEntropy")]
    issue = assert_every_fix_mends(project(nodes, ["x > soft", "soft > out"]), "double-softmax")
    assert issue.severity == "warning"
    assert "twice" in issue.text


def test_an_even_kernel_with_same_padding_is_told_LAY_10() -> None:
    nodes = [IMAGE, node("conv1", "Conv2d", kernel_size=(4, 4), padding="same"), OUT]
    issue = assert_every_fix_mends(project(nodes, ["image > conv1", "conv1 > out"]), "even-same")
    assert "odd kernel" in issue.text


def block(**fields: object) -> Node:
    return node("block1", "Block", network="part", **fields)


PART = Network.of(
    [node("x", "Input", size=(3, 8, 8)), node("conv1", "Conv2d", out_channels="=width"), node("y", "Output")],
    [wire("x > conv1"), wire("conv1 > y")],
    arguments=Frozen({"width": 8}),
)


def test_an_unknown_block_argument_is_told_with_the_one_that_was_meant() -> None:
    nodes = [IMAGE, block(given=Frozen({"widht": 4})), OUT]
    issue = assert_every_fix_mends(project(nodes, ["image > block1", "block1.y > out"], part=PART), "unknown-argument")
    assert issue.fixes[0].label == "Call it width"


def test_a_block_that_contains_itself_is_told() -> None:
    inner = Network.of(
        [node("x", "Input", size=(4,)), node("again", "Block", network="part"), node("y", "Output")],
        [wire("x > again.x"), wire("again.y > y")],
    )
    broken = project([node("x", "Input", size=(4,)), block(), OUT], ["x > block1", "block1.y > out"], part=inner)
    assert only(check(broken), "self-block").network == "part"


def test_a_mistake_inside_a_block_is_told_where_it_is_and_where_it_is_placed() -> None:
    nodes = [node("x", "Input", size=(9,)), block(), OUT]
    found = check(project(nodes, ["x > block1", "block1.y > out"], part=PART))
    assert {(i.network, i.node) for i in found if i.severity == "error"} >= {("part", "conv1"), ("model", "block1")}


def test_an_unknown_kind_is_kept_and_the_likely_one_is_offered() -> None:
    broken = project([IMAGE, node("conv1", "Conv2D", out_channels=4), OUT], ["image > conv1", "conv1 > out"])
    issue = assert_every_fix_mends(broken, "unknown-kind")
    assert issue.fixes[0].label == "Make it a Conv2d"
    assert issue.fixes[0].edit(broken).networks["model"].nodes["conv1"].fields["out_channels"] == 4


def test_a_field_out_of_its_limits_is_told_with_the_limits() -> None:
    broken = project([IMAGE, node("conv1", "Conv2d", out_channels=0), OUT], ["image > conv1", "conv1 > out"])
    assert "from 1 to 65,536, not 0" in assert_every_fix_mends(broken, "bad-field").text


@pytest.mark.parametrize("name", ["forward", "class", "my node", "1st", "größe", "training", "", "_x", "torch"])
def test_a_name_that_python_cannot_use_is_renamed(name: str) -> None:
    broken = project([IMAGE, node(name, "ReLU"), OUT], [f"image > {name}", f"{name} > out"])
    assert_every_fix_mends(broken, "bad-name")


def test_a_wire_from_a_node_that_is_gone_is_told_and_removed() -> None:
    broken = project([IMAGE, node("add1", "Add"), OUT], ["image > add1.x1", "ghost > add1.x2", "add1 > out"])
    assert_every_fix_mends(broken, "dangling-wire")


def test_a_wire_into_a_port_that_is_not_there_moves_or_goes() -> None:
    broken = project([IMAGE, node("relu1", "ReLU"), OUT], ["image > relu1.data", "relu1 > out"])
    issue = next(issue for issue in check(broken) if issue.code == "no-port")
    assert [i for i in check(issue.fixes[0].edit(broken)) if i.severity == "error"] == []


def test_shared_weights_of_another_size_are_refused() -> None:
    nodes = [
        node("x", "Input", size=(4,)),
        node("a", "Linear", out_features=3),
        node("b", "Linear", out_features=3, same_weights_as="a"),
        OUT,
    ]
    broken = project(nodes, ["x > a", "a > b", "b > out"])
    assert "another size" in assert_every_fix_mends(broken, "shared-weights").text


def test_a_half_drawn_network_keeps_the_shapes_of_its_sound_part() -> None:
    nodes = [IMAGE, node("conv1", "Conv2d", out_channels=4), node("fc1", "Linear"), node("relu1", "ReLU"), OUT]
    plan = examine(project(nodes, ["image > conv1", "conv1 > fc1", "fc1 > relu1", "relu1 > out"])).plans["model"]
    assert {node: str(shape) for (node, _), shape in plan.shapes.items()} == {"image": "3×8×8", "conv1": "4×6×6"}
    assert [issue.node for issue in plan.issues] == ["fc1"]


def test_a_delay_without_a_size_says_what_to_fill_in() -> None:
    nodes = [node("x", "Input", size=(5, 4)), node("add1", "Add"), node("last", "Delay"), OUT]
    broken = project(nodes, ["x > add1.x1", "last > add1.x2", "add1 > last", "add1 > out"])
    assert "size" in only(check(broken), "delay-size").text


def test_a_delay_of_the_wrong_size_is_mended_by_the_size_that_comes_back() -> None:
    nodes = [
        node("x", "Input", size=(5, 4)),
        node("cat1", "Concat"),
        node("fc1", "Linear", out_features=8),
        node("last", "Delay", size=(3,)),
        OUT,
    ]
    broken = project(nodes, ["x > cat1.x1", "last > cat1.x2", "cat1 > fc1", "fc1 > last", "fc1 > out"])
    assert_every_fix_mends(broken, "delay-size")


def test_a_network_with_a_delay_and_no_time_axis_is_told() -> None:
    nodes = [node("x", "Input", size=(4,)), node("last", "Delay", size=(4,)), OUT]
    broken = project(nodes, ["x > last", "last > out"])
    assert "time" in only(check(broken), "time").text


def test_muting_bypasses_a_node() -> None:
    made = edits.mute(line("input 4 > fc 4 > relu > fc 4"), "model", ["relu1"])
    assert not [issue for issue in check(made) if issue.severity == "error"]
    assert examine(made).plans["model"].shapes["relu1", "y"].shape == (4,)


@pytest.mark.parametrize(("units", "codes"), [(2, ["symmetric-start"]), (1, [])])
def test_units_that_start_alike_are_warned_of_but_not_a_unit_alone_INI_01(units: int, codes: list[str]) -> None:
    start = {"weight_init": Frozen({"kind": "Constant", "val": 1.0})}
    drawn = line(f"input 3 > fc {units}")
    assert [issue.code for issue in check(edits.put(drawn, "model", "linear1", **start))] == codes


def test_a_yes_in_place_of_a_one_does_not_spoil_the_one() -> None:
    yes = edits.put(line("input 4 > fc 2"), "model", "linear1", out_features=True)
    one = edits.put(line("input 4 > fc 2"), "model", "linear1", out_features=1)
    assert [issue.code for issue in check(yes)] == ["bad-field"]
    assert not check(one)
    assert [issue.code for issue in check(yes)] == ["bad-field"]
