using Microsoft.AspNetCore.Mvc;
namespace Shop.Api.Controllers;
[ApiController, Route("prices")]
public class PricesController : ControllerBase
{
    [HttpGet] public IDictionary<string, int> All() => new Dictionary<string, int> { ["bread"] = 320 };
}
